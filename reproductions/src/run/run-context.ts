import { appendFileSync, closeSync, existsSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Verdict } from '../claim/schema';
import type { Subject } from '../subjects/subject';
import type { Settings } from './store';

/** What `pnpm reproduce` hands to a process that measures. */
export interface RunContext {
  settings: Settings;
  /** The pairs to measure, in this order. */
  pairs: { key: string; file: string; subject: string; turn: number; fingerprint: string }[];
  /** Pairs of other processes whose materials it then helps to make. */
  helps: { key: string; file: string; subject: string }[];
  /** The checkpoint that --model names. */
  given?: Subject;
  /** Names all settings that work in progress depends on. */
  about: string;
  /** Accepted verdict by pair, where there is one. */
  accepted: Record<string, Verdict | undefined>;
  /** Verdicts of somebody else's checkpoint, or of another sample, have nothing to be compared with. */
  comparesWithAccepted: boolean;
  /** File that the processes that measure append their progress to. */
  progressFile: string;
}

export interface ProgressEvent {
  key: string;
  /** What is being made for it: `mini-gpt: triggers (trained)`. */
  material: string;
  /** The share of it that is done, 0 to 1. */
  share: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    reproduce: RunContext;
  }
}

/** Appends progress to a file, at most once a second. */
export function progressWriter(file: string): (event: ProgressEvent) => void {
  let written = performance.now();
  return (event) => {
    if (performance.now() - written < 1000) return;
    written = performance.now();
    appendFileSync(file, `${JSON.stringify(event)}\n`);
  };
}

/** Follows such a file and reports each event; the function that it returns stops it. */
export function followProgress(file: string, onEvent: (event: ProgressEvent) => void): () => void {
  let [offset, rest] = [0, ''];
  const piece = Buffer.alloc(65_536);
  // Keeps the first bytes of a character whose last ones are not written yet.
  const decoder = new StringDecoder('utf8');
  const look = () => {
    if (!existsSync(file)) return;
    const descriptor = openSync(file, 'r');
    try {
      const length = readSync(descriptor, piece, 0, piece.length, offset);
      offset += length;
      const lines = (rest + decoder.write(piece.subarray(0, length))).split('\n');
      rest = lines.pop()!;
      for (const line of lines) onEvent(JSON.parse(line));
    } finally {
      closeSync(descriptor);
    }
  };
  const timer = setInterval(look, 500);
  return () => clearInterval(timer);
}
