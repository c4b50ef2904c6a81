export type { HubProgress } from './fill-snapshot';
export { HubError, type HubErrorReason } from './hub-error';
export { type HubFolder, type HubFolderOptions, hubFolder } from './hub-folder';
