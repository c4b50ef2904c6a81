export { miniGptCard } from './card';
export { miniGptFolder } from './folder';
