import { fileURLToPath } from 'node:url';
import { converse, findPython, type Peer } from './peer';

const script = fileURLToPath(new URL('../sklearn/peer.py', import.meta.url));

/** INTERLAYER_PYTHON, or else python3, if scikit-learn works there; undefined, with a loud reason, if not. */
export const findSklearn = (): string | undefined =>
  findPython('the scikit-learn side', 'from sklearn.linear_model import LogisticRegression');

/** A process that fits a path with scikit-learn; `folder` holds what bench/sklearn/peer.py reads. */
export const startSklearnPeer = (python: string, threads: number, folder: string): Promise<Peer> =>
  converse('the scikit-learn peer', python, [script, String(threads), folder]);
