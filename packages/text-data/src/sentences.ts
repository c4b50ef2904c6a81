const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Abbreviations that a name or number follows, so their full stop ends no sentence. */
const TITLES =
  'Mr|MR|Mrs|MRS|Ms|Messrs|Dr|Prof|Hon|Rev|St|Ste|Brig|Gen|Col|Lt|Lieut|Capt|Maj|Sgt|Cpl|Adm|Com|Commo|Gov|Sen|Rep|Reps|Sec|Pres|Supt|Fr|Sr|Mt|Ft|Nos?|Art|Arts|Vol|Vols|Ch|Fig|Figs|Eq|Stat|vs|v|viz|cf|e\\.g|i\\.e|approx|ca';
/** Months and such, which may end a sentence, but not when a number follows. */
const BEFORE_NUMBER = 'Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|p|pp|par|lines?';
/** Words that begin a sentence after "U.S." or an initial far more often than they continue a name. */
const STARTERS =
  'The|A|An|We|I|It|This|That|These|Those|In|On|At|For|To|From|By|With|But|And|Or|So|If|When|As|He|She|They|You|Our|My|His|Her|Its|Their|There|Here|Now|Not|No|What|Who|How|Why|Let|Some|All|Many|Such|Under|After|Since|While|Upon|Both|Every|Each|Last|Because|Although|Though';

const OPENING = '["\'“‘(\\[]*';
const ends = {
  title: new RegExp(`(?:^|[\\s("“‘\\[—-])(?:${TITLES})\\.\\s*$`),
  // A single capital ("Harry S. Truman"), but not the pronoun; or capitals with full stops ("U.S. Army").
  initials: /(?:^|[\s("“‘[—-])(?:[A-HJ-Z]|(?:[A-Z]\.)+[A-Z])\.\s*$/,
  quoted: /[!?]["'”’]\s*$/,
  beforeNumber: new RegExp(`(?:^|[\\s("“‘\\[—-])(?:${BEFORE_NUMBER})\\.\\s*$`),
};
const begins = {
  starter: new RegExp(`^${OPENING}(?:${STARTERS})\\b`),
  small: /^[a-z]/,
  number: /^[(“"]?[\d$§]/,
};

function continues(sentence: string, next: string): boolean {
  if (sentence.endsWith('\n')) return false;
  if (ends.title.test(sentence) || (ends.quoted.test(sentence) && begins.small.test(next))) return true;
  if (ends.beforeNumber.test(sentence)) return begins.number.test(next);
  return ends.initials.test(sentence) && !begins.starter.test(next);
}

/** Characters that are segmented at once. */
const WINDOW = 4096;

/**
 * The segments of a text, a window at a time: V8's segmenter takes time that grows with the square of a text's length. The
 * last two segments of a window are cut again in the next one: the end of the last is the window's, and where the one before
 * it ends may depend on how the last one continues. Every earlier end depends only on what is inside the window.
 */
export function* segments(text: string, window = WINDOW): Generator<string> {
  let from = 0;
  for (let size = window; from < text.length; ) {
    const whole = from + size >= text.length;
    const found = Array.from(segmenter.segment(text.slice(from, from + size)), ({ segment }) => segment);
    const kept = whole ? found : found.slice(0, -2);
    yield* kept;
    for (const { length } of kept) from += length;
    size = kept.length > 0 ? window : 2 * size;
  }
}

/**
 * The sentences of an English text, trimmed, empty ones left out. Boundaries are those of Unicode's UAX #29 (`Intl.Segmenter`),
 * but not after a title ("Mr. Speaker"), an initial ("Harry S. Truman"), "U.S." before a name, or "No." and a month before a
 * number, nor after a quotation that the sentence goes on from ("Stop!" he said). A line break ends a sentence.
 */
export function sentences(text: string): string[] {
  const found: string[] = [];
  let open = '';
  for (const segment of segments(text)) {
    if (open && !continues(open, segment)) {
      found.push(open.trim());
      open = '';
    }
    open += segment;
  }
  found.push(open.trim());
  return found.filter((sentence) => sentence !== '');
}
