export { sweepTemporariesSync } from './sweep-temporaries-sync';
export { type Content, type FileToWrite, writeAtomically, writeFilesAtomically } from './write-atomically';
export { writeAtomicallySync } from './write-atomically-sync';
