/** What the claims of this paper share. */
export * from './bookkeeping';
export * from './figures';
export * from './materials/sample';
export * from './own-readout';
export * from './paper';
