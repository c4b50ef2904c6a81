const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Abbreviations followed by a name or a number, so that their full stop does not end a sentence. */
const TITLES =
  'Mr|MR|Mrs|MRS|Ms|Messrs|Dr|Prof|Hon|Rev|St|Ste|Brig|Gen|Col|Lt|Lieut|Capt|Maj|Sgt|Cpl|Adm|Com|Commo|Gov|Sen|Rep|Reps|Sec|Pres|Supt|Fr|Sr|Mt|Ft|Nos?|Art|Arts|Vol|Vols|Ch|Fig|Figs|Eq|Stat|vs|v|viz|cf|e\\.g|i\\.e|approx|ca';
/** Months and the like, which may end a sentence unless a number follows. */
const BEFORE_NUMBER = 'Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|p|pp|par|lines?';
/** Words that, after "U.S." or an initial, begin a sentence far more often than they continue a name. */
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

/** How many characters are segmented at a time. */
const WINDOW = 4096;

/**
 * Segments a text one window at a time, because the running time of V8's segmenter is quadratic in the length of the
 * text. The last two segments of a window are repeated in the next one: the last ends where the window ends, and the end
 * of the one before it may depend on how the last one continues. All earlier ends depend only on text inside the window.
 */
export function* segments(text: string, window = WINDOW): Generator<string> {
  let from = 0;
  for (let size = window; from < text.length; ) {
    const isLast = from + size >= text.length;
    const windowSegments = Array.from(segmenter.segment(text.slice(from, from + size)), ({ segment }) => segment);
    const complete = isLast ? windowSegments : windowSegments.slice(0, -2);
    yield* complete;
    for (const { length } of complete) from += length;
    size = complete.length > 0 ? window : 2 * size;
  }
}

/**
 * Splits an English text into trimmed, non-empty sentences. Boundaries follow Unicode's UAX #29 (`Intl.Segmenter`),
 * except after a title ("Mr. Speaker"), an initial ("Harry S. Truman"), "U.S." before a name, "No." or a month before a
 * number, or a quotation within a sentence ("Stop!" he said). A line break ends a sentence.
 */
export function sentences(text: string): string[] {
  const result: string[] = [];
  let open = '';
  for (const segment of segments(text)) {
    if (open && !continues(open, segment)) {
      result.push(open.trim());
      open = '';
    }
    open += segment;
  }
  result.push(open.trim());
  return result.filter((sentence) => sentence !== '');
}
