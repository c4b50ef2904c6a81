import type { Runtime } from '@interlayer/runtime';
import type { Need, Scale, Verdict } from '../claim/schema';
import type { Specimen } from '../subjects/specimen';
import type { TaskTexts } from '../subjects/task-texts';

/** Something expensive that several claims read, made once for each model under each condition. */
export interface Material<M> {
  name: string;
  /** What a model must have for it. */
  needs: readonly Need[];
  /** What is drawn and how much of it, for the claims' estimands. */
  sample?: string;
  /** Where the expectations of claims on it come from, unless they say otherwise. */
  source?: string;
  /** What making it may cost, all conditions together. */
  budget?: { seconds: number; megabytes: number };
  /** Other materials that it is made of. */
  uses?: readonly Material<unknown>[];
  /** Whether all conditions share it; it is then made of the trained model. */
  shared?: boolean;
  make(bench: Bench): Promise<M>;
  /**
   * Takes over parts of long work from the process that makes it, where another one has nothing else to do. Parts are kept in
   * files ({@link openKept}), where the other finds them; which process makes a part changes no value.
   */
  help?(bench: Bench): Promise<void>;
}

/** What a material is made with. */
export interface Bench {
  scale: Scale;
  seed: number;
  /** The most examples to draw, where the user wants fewer than the material would take. */
  sample?: number;
  /** Whether to fine-tune on tasks of GLUE besides those that need no download. */
  glue?: boolean;
  /** Whether to train for as long as the paper does in proportion, and after all interventions, instead of a few for a short time. */
  thorough?: boolean;
  /** The texts to read in place of the corpus, where the user named a task. */
  reads?: TaskTexts;
  /** The condition's id; `trained` for the model as it is. */
  condition: string;
  /** The variants of the model that differ in their seed alone, `base` first. */
  seeds: readonly string[];
  /** The variants that are `base` earlier in its training, in the order of their steps. */
  snapshots: readonly string[];
  /** A variant of the model, `base` unless named, under the condition. */
  specimen(variant?: string): Promise<Specimen>;
  /** The verdict of another claim on the same subject, or of an exact claim; undefined where this run did not measure it. */
  verdictOf(claim: string): Verdict | undefined;
  /** What compiles and runs it. */
  runtime(): Promise<Runtime>;
  /** Starts a tfjs backend for tensors that no model needs: the runtime's, or where that is not available the plain one. */
  startBackend(): Promise<void>;
  /** Another material of the same model, under this condition unless another is named. */
  get<T>(material: Material<T>, condition?: string): Promise<T>;
  /**
   * Path of a file for work that can be resumed, and the name of all settings that it depends on; `beside` is the file of the
   * process that helps, or is helped.
   */
  work(name: string): { file: string; beside: string; about: string; resume: boolean };
  /** Long work reports its share that is done, 0 to 1, as often as it likes. */
  progress(share: number): void;
  log(text: string): void;
  /** Notes the sha256 of something that was read. */
  artefact(name: string, sha256: string): void;
}

export const material = <M>(of: Material<M>): Material<M> => of;

/** A material and all that it is made of. */
export const withUsed = (of: Material<unknown>): Material<unknown>[] => [
  ...new Set([of, ...(of.uses ?? []).flatMap(withUsed)]),
];
