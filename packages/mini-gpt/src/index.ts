export { type ModelCard, miniGptCard } from './card';
export { miniGptFolder } from './folder';
