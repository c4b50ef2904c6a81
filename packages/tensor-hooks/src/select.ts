import { nearestNames } from '@interlayer/nearest-names';
import { UnknownPointError } from './errors';
import type { Hookable } from './tap';

/** A pattern of point names: `*` is (part of) one dot-separated segment, `**` any number of segments. */
export type Glob = `${string}*${string}`;

/** Selects points: a name, a glob, a list of both, a regular expression, or a predicate. */
export type Select<P extends string = string> = P | Glob | readonly (P | Glob)[] | RegExp | ((point: P) => boolean);

/** A selection that has not been checked against a target yet. */
export type Selector = string | readonly string[] | RegExp | ((point: string) => boolean);

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function globExpression(glob: string): RegExp {
  const segments = glob.split('.');
  let source = '';
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    // `**.` also stands for no segments, so that `**.output` finds `output`.
    if (segment === '**') source += last ? '.+' : '(?:.+\\.)?';
    else {
      source += segment === '*' ? '[^.]+' : segment.split('*').map(escaped).join('[^.]*');
      if (!last) source += '\\.';
    }
  });
  return new RegExp(`^${source}$`);
}

function matcher(select: Exclude<Selector, readonly string[]>): (point: string) => boolean {
  if (typeof select === 'function') return select;
  if (typeof select === 'string') {
    if (!select.includes('*')) return (point) => point === select;
    return matcher(globExpression(select));
  }
  // Without `g` and `y`, `test` keeps no state between points.
  const expression = new RegExp(select.source, select.flags.replace(/[gy]/g, ''));
  return (point) => expression.test(point);
}

function matches<P extends string>(points: readonly P[], select: Exclude<Selector, readonly string[]>): P[] {
  const found = points.filter(matcher(select));
  if (found.length > 0) return found;
  if (typeof select === 'function') {
    throw new UnknownPointError('No point satisfies the predicate.', points.slice(0, 3));
  }
  const text = typeof select === 'string' ? select : select.source;
  const shown = typeof select === 'string' ? `"${select}"` : String(select);
  throw new UnknownPointError(`No point matches ${shown}.`, nearestNames(text, points));
}

/**
 * The points that `select` matches, each once, in the order of `points`.
 *
 * @throws UnknownPointError if `select`, or one item of a list, matches nothing.
 */
export function selectPoints<P extends string>(points: readonly P[], select: Selector): P[] {
  const items = typeof select === 'object' && !(select instanceof RegExp) ? select : [select];
  if (items.length === 0) {
    throw new UnknownPointError('The list of points is empty; select at least one.', points.slice(0, 3));
  }
  const found = new Set(items.flatMap((item) => matches(points, item)));
  return points.filter((point) => found.has(point));
}

/**
 * The points that a target declares, or a selection of them.
 *
 * @throws UnknownPointError if `select` matches nothing.
 */
export function listPoints<P extends string>(
  target: Pick<Hookable<P>, 'points'>,
  select?: Select<NoInfer<P>>,
): readonly P[] {
  return select === undefined ? target.points : selectPoints(target.points, select as Selector);
}
