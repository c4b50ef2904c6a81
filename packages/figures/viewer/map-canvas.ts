/** Pixels for the names of tokens, beside and above the map; longer names are cut off. */
const NAMES = 96;
const LINE = 14;
/** A cell never has less than one pixel: a long sentence scrolls instead. */
const CELL = { least: 1, most: 48, fit: 36 };

export interface Place {
  row: number;
  column: number;
}

/**
 * A map that scrolls below a canvas of the size of its window, so that what is drawn does not grow with the number of
 * tokens. Arrow keys move through its cells, a pointer picks one.
 */
export function mapCanvas(stage: HTMLElement, tokens: readonly string[], onMove: (place: Place) => void) {
  const [sheet] = stage.children as unknown as [HTMLElement];
  const [canvas] = sheet.children as unknown as [HTMLCanvasElement];
  const context = canvas.getContext('2d')!;
  const size = tokens.length;
  let image: HTMLCanvasElement | undefined;
  let zoom = 1;
  let cell = 1;
  let place: Place = { row: 0, column: 0 };

  function layOut(): void {
    const fitting = (stage.clientWidth - NAMES - 1) / size;
    cell = Math.min(CELL.most, Math.max(CELL.least, Math.min(CELL.fit, fitting)) * zoom);
    sheet.style.width = sheet.style.height = `${Math.ceil(NAMES + size * cell)}px`;
    stage.style.height = `min(80vh, ${Math.ceil(NAMES + size * cell + 20)}px)`;
    draw();
  }

  function draw(): void {
    const [width, height, ratio] = [stage.clientWidth, stage.clientHeight, window.devicePixelRatio];
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const [x, y] = [NAMES - stage.scrollLeft, NAMES - stage.scrollTop];
    context.save();
    context.beginPath();
    context.rect(NAMES, NAMES, width, height);
    context.clip();
    context.imageSmoothingEnabled = false;
    if (image) context.drawImage(image, x, y, size * cell, size * cell);
    outline(x + place.column * cell, y + place.row * cell);
    context.restore();
    names(width, height);
  }

  /** Dark and light, so that it stands out on every colour. */
  function outline(x: number, y: number): void {
    const side = Math.max(cell, 5);
    for (const [colour, around] of [
      ['#000', 2],
      ['#fff', 0.5],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = 1.5;
      context.strokeRect(x - around, y - around, side + 2 * around, side + 2 * around);
    }
  }

  function names(width: number, height: number): void {
    const style = getComputedStyle(stage);
    const [plain, strong] = ['--figure-text', '--figure-ink'].map((name) => style.getPropertyValue(name));
    const every = Math.ceil(LINE / cell);
    const along = (window: number, scrolled: number, current: number, write: (name: string, at: number) => void) => {
      const from = Math.floor(scrolled / cell / every) * every;
      const one = (i: number) => {
        const at = NAMES + (i + 0.5) * cell - scrolled;
        if (at >= NAMES - 1 && at <= window) write(tokens[i]!, at);
      };
      context.fillStyle = plain!;
      context.font = `12px ${style.fontFamily}`;
      for (let i = from; i < Math.min(size, (scrolled + window) / cell + every); i += every)
        // The chosen token is always named, and nothing is written across it.
        if (Math.abs(i - current) * cell >= LINE) one(i);
      context.fillStyle = strong!;
      context.font = `bold 12px ${style.fontFamily}`;
      one(current);
    };
    context.textBaseline = 'middle';
    along(height, stage.scrollTop, place.row, (name, at) => {
      context.textAlign = 'right';
      context.fillText(shortened(name), NAMES - 6, at);
    });
    along(width, stage.scrollLeft, place.column, (name, at) => {
      context.save();
      context.translate(at, NAMES - 6);
      context.rotate(-Math.PI / 2);
      context.textAlign = 'left';
      context.fillText(shortened(name), 0, 0);
      context.restore();
    });
  }

  function shortened(name: string): string {
    let text = name;
    while (text.length > 1 && context.measureText(text).width > NAMES - 10) text = `${text.slice(0, -2)}…`;
    return text;
  }

  function moveTo(next: Place, scrolls: boolean): void {
    const within = (i: number) => Math.min(size - 1, Math.max(0, i));
    place = { row: within(next.row), column: within(next.column) };
    if (scrolls) {
      const reveal = (at: number, scrolled: number, window: number) =>
        Math.min(at, Math.max(scrolled, at + cell - (window - NAMES)));
      stage.scrollTo({
        left: reveal(place.column * cell, stage.scrollLeft, stage.clientWidth),
        top: reveal(place.row * cell, stage.scrollTop, stage.clientHeight),
      });
    }
    draw();
    onMove(place);
  }

  const MOVES: Record<string, (place: Place) => Place> = {
    ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
    ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
    ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
    ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
    PageUp: ({ row, column }) => ({ row: row - 10, column }),
    PageDown: ({ row, column }) => ({ row: row + 10, column }),
    Home: ({ row }) => ({ row, column: 0 }),
    End: ({ row }) => ({ row, column: size - 1 }),
  };
  stage.addEventListener('keydown', (event) => {
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    moveTo(move(place), true);
  });
  const pick = ({ clientX, clientY }: PointerEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = [clientX - left - NAMES, clientY - top - NAMES];
    const at = { row: Math.floor((y + stage.scrollTop) / cell), column: Math.floor((x + stage.scrollLeft) / cell) };
    if (x >= 0 && y >= 0 && at.row < size && at.column < size && (at.row !== place.row || at.column !== place.column))
      moveTo(at, false);
  };
  stage.addEventListener('pointermove', pick);
  stage.addEventListener('pointerdown', pick);
  stage.addEventListener('scroll', draw);
  new ResizeObserver(layOut).observe(stage.parentElement!);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  return {
    show(next: HTMLCanvasElement): void {
      image = next;
      draw();
      onMove(place);
    },
    /** Zooms by a factor, or back to the width of the window. */
    zoom(factor?: number): void {
      const before = cell;
      zoom = factor ? Math.min(64, Math.max(1, zoom * factor)) : 1;
      layOut();
      const grown = cell / before;
      if (grown !== 1) moveTo(place, true);
    },
  };
}
