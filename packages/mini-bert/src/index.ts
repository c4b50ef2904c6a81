export { type ModelCard, miniBertCard } from './card';
export { type MiniBertName, miniBertFolder, miniBertNames } from './folder';
