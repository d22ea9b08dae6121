const MOST = 5000; // in one answer

// Indicators by name, each line a map from a candle's opening to its value; filled page by page,
// as far back as the candles are.
export class Series {
  constructor(ask, address) {
    this.ask = (names, rest) => ask(`/api/indicators/${address}/series?names=${names.join(",")}${rest}`);
    this.kept = new Map();
    this.wanted = [];
  }

  // In the order in which they are wanted; what is not here yet is left out.
  list() {
    return this.wanted.map((name) => this.kept.get(name)).filter(Boolean);
  }

  // Exactly these, back to the candle that opened at `first`.
  async want(names, first) {
    this.wanted = names;
    for (const name of this.kept.keys()) if (!names.includes(name)) this.kept.delete(name);
    const missing = names.filter((name) => !this.kept.has(name));
    let before = "";
    while (missing.length) {
      const answer = await this.ask(missing, `&limit=${before ? MOST : 1000}${before}`);
      this.take(answer);
      if (!answer.time.length || answer.time[0] <= first) return;
      before = `&before=${answer.time[0]}`;
    }
  }

  // One page: the newest, or the one before a candle.
  async page(limit, before) {
    if (!this.wanted.length) return;
    this.take(await this.ask(this.wanted, `&limit=${limit}${before ? `&before=${before}` : ""}`));
  }

  take({ time, series }) {
    for (const { name, pane, lines } of series) {
      if (!this.wanted.includes(name)) continue; // switched off while it was on its way
      if (!this.kept.has(name)) {
        this.kept.set(name, { name, pane, lines: lines.map((line) => ({ name: line.name, at: new Map() })) });
      }
      const kept = this.kept.get(name);
      lines.forEach(({ values }, index) => {
        const { at } = kept.lines[index];
        values.forEach((value, place) => value !== null && at.set(time[place], value));
      });
    }
  }
}
