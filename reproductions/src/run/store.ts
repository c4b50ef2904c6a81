import { openRuntime, type Runtime, startBackend } from '@interlayer/runtime';
import { type Engine, type Need, type Scale, type Spent, variantsOf, withoutSubject } from '../claim/schema';
import { conditions } from '../conditions';
import type { Bench, Material } from '../materials/material';
import { isLarge, lacking, type Specimen } from '../subjects/specimen';
import { lackingVariants, openSpecimen, type Subject, Unavailable } from '../subjects/subject';
import { metered } from './meter';
import { NotRun } from './not-run';
import { workFile } from './output-folder';
import { readVerdict } from './results';
import { say } from './say';
import { whileDoing } from './while-doing';

export interface Settings {
  seed: number;
  /** The most examples to draw, where the user wants fewer. */
  sample?: number;
  /** Whether to fine-tune on tasks of GLUE as well. */
  glue?: boolean;
  /** Whether to train for long after interventions, and after all of them. */
  thorough?: boolean;
  backend?: string;
  threads?: number;
  /** Absolute path of the output folder. */
  out: string;
  resume: boolean;
  /** Keys of all pairs of the run: what lies in the folder of others is of earlier runs. None given, none is of this run. */
  asked?: readonly string[];
}

interface Entry {
  material: Material<unknown>;
  value?: Promise<unknown>;
  /** sha256 of all that was read for it, by name. */
  artefacts: Record<string, string>;
}

const runtimes = new Map<string, Promise<Runtime>>();

/** Names an opened model. */
const keyOf = (condition: string, variant: string): string => `${variant}, ${condition}`;

const nameOf = ({ backend = 'fastest here', threads }: Settings): string => `${backend}, ${threads} threads`;

/** One runtime for all models. A backend that was asked for and is not available makes every claim "not run". */
function sharedRuntime(settings: Settings): Promise<Runtime> {
  const { backend, threads } = settings;
  const runtime =
    runtimes.get(nameOf(settings)) ??
    openRuntime({ backend: backend as never, threads }).catch((error: Error) => {
      throw new NotRun(error.message.replace(/\.$/, ''));
    });
  runtimes.set(nameOf(settings), runtime);
  return runtime;
}

/** What is not here makes a claim "not run"; any other error stays what it is. */
const asNotRun = (error: unknown): never => {
  throw error instanceof Unavailable ? new NotRun(error.message) : error;
};

/** The opened models of one subject, and what was made of them: each material once for each condition. */
export class Store {
  readonly subject: Subject | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #specimens = new Map<string, Promise<Specimen>>();
  /** Conditions of the materials that are being made. */
  readonly #making: string[] = [];
  /** What each material cost that was made since this was last emptied. */
  spent: Record<string, Spent> = {};
  onProgress: (doing: string, share: number) => void = () => {};

  readonly #scale: Scale;
  readonly #settings: Settings;
  readonly #about: string;

  /** Whether it makes what no budget counts: tasks of GLUE, or long training after all interventions. */
  get beyondBudgets(): boolean {
    const { glue, thorough } = this.#settings;
    return glue === true || thorough === true;
  }

  /** @param about names all settings that work depends on: work under another name is not resumed */
  constructor(subject: Subject | undefined, scale: Scale, settings: Settings, about: string) {
    this.subject = subject;
    this.#scale = scale;
    this.#settings = settings;
    this.#about = about;
  }

  /** A bench for a claim, and the artefacts that come to be read on it. */
  bench(): { bench: Bench; artefacts: Record<string, string> } {
    const artefacts = {};
    return { bench: this.#bench('trained', { artefacts }, 'the claim'), artefacts };
  }

  /** Helps the process that makes a material under a condition. What is missing is that one's to say. */
  async help({ name, help }: Material<unknown>, condition: string): Promise<void> {
    const bench = this.#bench(condition, { artefacts: {} }, name, true);
    await help?.(bench).catch((error: unknown) => {
      if (!(error instanceof NotRun || error instanceof Unavailable)) throw error;
    });
  }

  /** What computes; nothing does for an exact claim. */
  async engine(): Promise<Engine | null> {
    if (this.#scale === 'exact') return null;
    const { backend, engine, eager, threads, device, versions } = (await sharedRuntime(this.#settings)).describe();
    return { backend, engine, eager, threads, device, versions };
  }

  /** Throws NotRun where the subject lacks something; `what` begins the message. */
  async require(needs: readonly Need[], what: (subject: string) => string): Promise<void> {
    if (needs.length === 0) return;
    const model = await this.#specimen('trained');
    const lack = lackingVariants(this.subject!, needs) ?? needs.map((need) => lacking(model, need)).find(Boolean);
    if (lack) throw new NotRun(`${what(this.subject!.id)}: ${lack}`);
  }

  /** Frees the models. */
  async dispose(): Promise<void> {
    for (const specimen of this.#specimens.values()) (await specimen.catch(() => undefined))?.dispose();
    this.#specimens.clear();
    this.#entries.clear();
  }

  #specimen(condition: string, variant = 'base'): Promise<Specimen> {
    const key = keyOf(condition, variant);
    const opened = this.#specimens.get(key) ?? this.#open(condition, variant);
    this.#specimens.set(key, opened);
    return opened;
  }

  /** Frees the controls of a large model that nothing reads now: one at a time is in memory beside the model. */
  async #makeRoomFor(condition: string): Promise<void> {
    const kept = ['trained', condition, ...this.#making];
    for (const [key, opened] of this.#specimens) {
      if (kept.some((each) => key.endsWith(keyOf(each, '')))) continue;
      const specimen = await opened.catch(() => undefined);
      if (!specimen || !isLarge(specimen)) continue;
      specimen.dispose();
      this.#specimens.delete(key);
    }
  }

  async #open(condition: string, variant: string): Promise<Specimen> {
    if (!this.subject) throw new Error('A claim that needs no subject has no model.');
    await sharedRuntime(this.#settings);
    if (condition !== 'trained') {
      await this.#makeRoomFor(condition);
      return conditions
        .find(({ id }) => id === condition)!
        .apply(await this.#specimen('trained', variant), this.#settings.seed);
    }
    return await openSpecimen(this.subject, variant).catch(asNotRun);
  }

  async #get<T>(material: Material<T>, condition: string, reader: Pick<Entry, 'artefacts'>): Promise<T> {
    const of = material.shared ? 'trained' : condition;
    const key = `${material.name} (${of})`;
    const entry = this.#entries.get(key) ?? { material, artefacts: {} };
    if (entry.material !== material)
      throw new Error(`Two materials are called "${material.name}"; rename one of them.`);
    this.#entries.set(key, entry);
    entry.value ??= this.#make(material, of, entry, key);
    const value = (await entry.value) as T;
    Object.assign(reader.artefacts, entry.artefacts);
    return value;
  }

  async #make<T>(material: Material<T>, condition: string, entry: Entry, key: string): Promise<T> {
    await this.require(material.needs, (subject) => `${material.name} cannot be measured on ${subject}`);
    const bench = this.#bench(condition, entry, key);
    const make = () => material.make(bench).catch(asNotRun);
    this.#making.push(condition);
    try {
      const { value, spent } = await metered(() => whileDoing(`making ${key}`, make));
      this.spent[key] = spent;
      return value;
    } finally {
      this.#making.splice(this.#making.lastIndexOf(condition), 1);
    }
  }

  #bench(condition: string, entry: Pick<Entry, 'artefacts'>, key: string, helps = false): Bench {
    const { seed, sample, glue, thorough, out, resume, asked = [] } = this.#settings;
    const folder = this.subject?.id ?? this.#scale;
    return {
      scale: this.#scale,
      seed,
      sample,
      glue,
      thorough,
      reads: this.subject?.reads,
      condition,
      seeds: variantsOf(['seeds'], this.subject?.variants ?? {}),
      snapshots: variantsOf(['snapshots'], this.subject?.variants ?? {}),
      specimen: (variant) => this.#specimen(condition, variant),
      verdictOf: (claim) => {
        const keys = [folder, ...withoutSubject].map((column) => `${column}/${claim}`);
        return keys.filter((key) => asked.includes(key)).flatMap((key) => readVerdict(out, key, say) ?? [])[0];
      },
      runtime: () => sharedRuntime(this.#settings),
      startBackend: async () => {
        await sharedRuntime(this.#settings).catch(() => startBackend({ backend: 'cpu', log: () => {} }));
      },
      get: (material, other = condition) => this.#get(material, other, entry),
      work: (name) => ({
        file: workFile(out, folder, `${condition}-${name}`, helps),
        beside: workFile(out, folder, `${condition}-${name}`, !helps),
        about: `${condition}, ${this.#about}`,
        resume,
      }),
      progress: (share) => this.onProgress(key, share),
      log: say,
      artefact: (name, sha256) => {
        entry.artefacts[name] = sha256;
      },
    };
  }
}
