export { cholesky } from './cholesky';
export { columnMeans } from './column-means';
export { addColumnProducts } from './column-products';
export { crossProduct } from './cross-product';
export { type CenterOption, gram } from './gram';
export { GramAccumulator, type RidgeOptions } from './gram-accumulator';
export { type LinearModel, predict } from './linear-model';
export { type Matmul, matmul, multiply } from './matmul';
export {
  type Float64Matrix,
  type Matrix,
  matrix,
  requireFinite,
  requireMatrix,
  requireSameColumns,
  requireSameRows,
  rowsOf,
  zeros,
} from './matrix';
export { type RidgeProblem, ridge } from './ridge';
export { RowCollector, type RowSink } from './row-collector';
export { addRowProducts, type Region } from './row-products';
export { solveCholesky } from './solve-cholesky';
export { takeRows } from './take-rows';
export { type TopLists, type TopRow, TopRows, type TopRowsOptions, UnrankableError } from './top-rows';
export { transpose } from './transpose';
