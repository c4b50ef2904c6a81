export { type MiniBertCardName, miniBertCard, miniBertCardNames } from './card';
export { type MiniBertName, miniBertFolder, miniBertNames } from './folder';
