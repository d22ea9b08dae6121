import { Series } from "./chart_series.js";

const PAGE = 500;
const MOST = 5000; // in one answer

// What one chart knows: closed candles by REST, the moving one on top of them. Draws nothing.
export class Book {
  constructor(symbol, timeframe, signal) {
    this.address = `${encodeURIComponent(symbol)}/${encodeURIComponent(timeframe)}`;
    this.signal = signal;
    this.series = new Series((path) => this.ask(path), this.address);
    this.bars = [];
    this.moving = null;
    this.found = null;
    this.complete = false;
    this.busy = false;
  }

  // The newest candles and what was found in them; what is older stays.
  async refresh() {
    const [candles, found] = await Promise.all([
      this.ask(`/api/candles/${this.address}?limit=${PAGE}`),
      this.marks(Math.max(PAGE, this.bars.length)),
      this.series.page(PAGE).catch(() => {}), // candles without an average are better than neither
    ]);
    const fresh = candles.candles;
    const older = fresh.length ? this.bars.filter((bar) => bar.time < fresh[0].time) : this.bars;
    this.bars = [...older, ...fresh];
    this.found = found;
  }

  // One page further back; false once there is nothing before what is here.
  async older() {
    if (this.busy || this.complete || !this.bars.length) return false;
    this.busy = true;
    try {
      const before = this.bars[0].time;
      const { candles } = await this.ask(`/api/candles/${this.address}?limit=${PAGE}&before=${before}`);
      const earlier = candles.filter((bar) => bar.time < before);
      this.complete = earlier.length === 0;
      this.bars = [...earlier, ...this.bars];
      if (!this.complete) {
        [this.found] = await Promise.all([
          this.marks(this.bars.length),
          this.series.page(PAGE, before).catch(() => {}),
        ]);
      }
      return !this.complete;
    } finally {
      this.busy = false;
    }
  }

  // Indicators by name, for all candles that are here.
  async study(names) {
    await this.series.want(names, this.bars[0]?.time ?? 0);
  }

  studies() {
    return this.series.list();
  }

  // Takes the candle in progress; true when it is the first of a new one.
  move(bar) {
    const begun = Boolean(this.moving && bar.time > this.moving.time);
    this.moving = bar;
    return begun;
  }

  // Everything there is to draw, ascending, the moving candle last.
  all() {
    const newest = this.bars.at(-1)?.time ?? 0;
    return this.moving && this.moving.time > newest ? [...this.bars, this.moving] : this.bars;
  }

  marks(count) {
    return this.ask(`/api/indicators/${this.address}?limit=${Math.min(MOST, count)}`);
  }

  async ask(path) {
    const answer = await fetch(path, {
      signal: this.signal,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.detail ?? "");
    return body;
  }
}

// Candles and marks that were handed in, for a chart that asks nobody: practice on history.
export class Given {
  constructor(given) {
    this.take(given);
  }

  take({ candles, found }) {
    Object.assign(this, { bars: candles, found });
  }

  async refresh() {}

  async older() {
    return false;
  }

  async study() {}

  studies() {
    return [];
  }

  move() {
    return false;
  }

  all() {
    return this.bars;
  }
}
