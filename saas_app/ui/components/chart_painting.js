import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  HistogramSeries,
  PriceScaleMode,
  createChart,
  createSeriesMarkers,
} from "lightweight-charts";
import { Segments } from "./chart_segments.js";
import { Studies } from "./chart_studies.js";

const EDGE = 30; // candles left before older ones are asked for
const BASICS = ["levels", "lines", "fractals", "volume"];
const STANDING = new Set(["active", "flipped", "tentative", "confirmed"]);

// Everything that touches the drawing library. Colours come from the page's CSS variables.
export class Painting {
  constructor(element, { digits, onEdge, onHover, onAway, onPick }) {
    this.element = element;
    this.count = 0;
    this.found = null;
    this.bars = [];
    this.studied = [];
    this.alerts = [];
    this.shown = new Set(BASICS);
    this.hovered = null; // a price
    this.chart = createChart(element, {
      autoSize: true,
      crosshair: { mode: CrosshairMode.Normal },
      timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 4 },
      layout: { attributionLogo: true },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, {
      priceFormat: { type: "price", precision: digits, minMove: 10 ** -digits },
    });
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      priceLineVisible: false,
      lastValueVisible: false,
    });
    this.chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.2 } });
    this.markers = createSeriesMarkers(this.candles, []);
    this.segments = new Segments();
    this.candles.attachPrimitive(this.segments);
    this.prices = [];
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (!range) return;
      if (range.from < EDGE) onEdge();
      onAway(range.to < this.count - 4);
    });
    this.studies = new Studies(this.chart, { digits, color: (name) => this.token(name) });
    this.chart.subscribeCrosshairMove((at) => {
      this.hovered = this.priceAt(at);
      onHover(at.time ?? null);
    });
    this.chart.subscribeClick((at) => onPick?.(this.priceAt(at)));
    this.theme();
  }

  // The price under the pointer; none outside the pane of the candles.
  priceAt({ point, paneIndex }) {
    return point && !paneIndex ? this.candles.coordinateToPrice(point.y) : null;
  }

  under() {
    return this.hovered;
  }

  heightOf(price) {
    return this.candles.priceToCoordinate(price) ?? 0;
  }

  token(name) {
    return getComputedStyle(this.element).getPropertyValue(name).trim();
  }

  theme() {
    const token = (name) => this.token(name);
    this.colors = {
      background: token("--bg-raised"),
      font: token("--font"),
      up: token("--up"),
      down: token("--down"),
      support: token("--accent"),
      resistance: token("--danger"),
      line: token("--second-text"),
      alert: token("--warn"),
      quiet: token("--quiet"),
      card: token("--card-solid"),
    };
    const { up, down, quiet } = this.colors;
    this.chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: "transparent" },
        textColor: quiet,
        fontFamily: token("--font"),
        panes: { separatorColor: token("--line"), separatorHoverColor: token("--hairline") },
      },
      grid: { vertLines: { color: token("--hairline") }, horzLines: { color: token("--hairline") } },
      rightPriceScale: { borderColor: token("--hairline") },
      timeScale: { borderColor: token("--hairline") },
    });
    this.candles.applyOptions({
      upColor: "transparent", // hollow and filled tell up from down without colour
      downColor: down,
      borderUpColor: up,
      borderDownColor: down,
      wickUpColor: up,
      wickDownColor: down,
    });
    this.studies.theme();
    this.redraw();
  }

  // The whole history; what is looked at stays where it is, counted from the right.
  set(bars, found, studied = []) {
    Object.assign(this, { bars, found, studied, count: bars.length });
    this.redraw();
  }

  // Which parts are drawn, and on which scale.
  show(names) {
    this.shown = new Set(names);
    const mode = this.shown.has("log_scale") ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal;
    this.segments.curved = mode === PriceScaleMode.Logarithmic;
    this.candles.priceScale().applyOptions({ mode });
    this.volume.applyOptions({ visible: this.shown.has("volume") });
    this.levels();
  }

  // Where alerts wait, apart from what was found in the candles.
  wait(alerts) {
    this.alerts = alerts;
    this.levels();
  }

  // Whether the scale fits itself to what is in sight; dragging it ends that.
  automatic() {
    return this.candles.priceScale().options().autoScale;
  }

  fit(on) {
    this.candles.priceScale().applyOptions({ autoScale: on });
  }

  // The candle in progress: the last one, or one after it.
  move(bar) {
    this.candles.update(bar);
    this.lastPrice(bar);
    this.volume.update(this.column(bar));
    if (bar.time === this.bars.at(-1)?.time) this.bars = [...this.bars.slice(0, -1), bar];
    else this.bars = [...this.bars, bar];
    this.count = this.bars.length;
  }

  // So many candles across, whether they are there yet or not.
  room(count) {
    this.chart.timeScale().setVisibleLogicalRange({ from: -1, to: count });
  }

  goLive(smooth) {
    if (smooth) this.chart.timeScale().scrollToRealTime();
    else this.chart.timeScale().scrollToPosition(4, false);
  }

  scroll(candles) {
    const scale = this.chart.timeScale();
    scale.scrollToPosition(scale.scrollPosition() + candles, false);
  }

  zoom(factor) {
    const scale = this.chart.timeScale();
    scale.applyOptions({ barSpacing: Math.min(60, Math.max(2, scale.options().barSpacing * factor)) });
  }

  remove() {
    this.chart.remove();
  }

  redraw() {
    this.candles.setData(this.bars);
    this.volume.setData(this.bars.map((bar) => this.column(bar)));
    this.studies.set(this.studied, this.bars);
    if (this.bars.length) this.lastPrice(this.bars.at(-1));
    this.levels();
  }

  // Hollow candles have no colour of their own to give to the last price.
  lastPrice(bar) {
    this.candles.applyOptions({ priceLineColor: this.tone(bar) });
  }

  column(bar) {
    return { time: bar.time, value: bar.volume, color: `${this.tone(bar)}55` };
  }

  tone(bar) {
    return bar.close >= bar.open ? this.colors.up : this.colors.down;
  }

  levels() {
    if (!this.found || !this.bars.length) return;
    const horizontal = this.shown.has("levels") ? this.found.horizontal : [];
    const diagonal = this.shown.has("lines") ? this.found.diagonal : [];
    this.markers.setMarkers(this.shown.has("fractals") ? this.fractals() : []);
    this.segments.set([
      ...diagonal.flatMap((line) => this.sloping(line)),
      ...horizontal.map((level) => this.flat(level)),
    ]);
    for (const old of this.prices) this.candles.removePriceLine(old);
    this.prices = [
      ...horizontal.map((level) =>
        this.candles.createPriceLine({
          price: level.price,
          color: this.colors[level.side],
          lineVisible: false,
          axisLabelVisible: true,
          axisLabelColor: this.colors.card,
          axisLabelTextColor: this.colors[level.side],
        }),
      ),
      ...(this.found.alerts ?? this.alerts).map((alert) => this.candles.createPriceLine(this.waiting(alert))),
    ];
  }

  // An alert: where it waits, or where it has spoken.
  waiting({ price, title, fired }) {
    const color = fired ? this.colors.alert : this.colors.line;
    return { price, title, color, lineWidth: 1, lineStyle: fired ? 0 : 2, axisLabelVisible: true };
  }

  fractals() {
    const first = this.bars[0].time;
    return this.found.fractals
      .filter((fractal) => fractal.time >= first)
      .map((fractal) => ({
        time: fractal.time,
        position: fractal.kind === "up" ? "aboveBar" : "belowBar",
        shape: fractal.kind === "up" ? "arrowDown" : "arrowUp",
        color: this.colors.quiet,
        size: 0.6,
      }));
  }

  // From candle to candle; left out while one of its anchors lies before what is loaded.
  sloping(line) {
    if (line.anchors[0].time < this.bars[0].time) return [];
    const points = line.anchors.map(({ time, price }) => ({ bar: this.place(time), price }));
    const dash = STANDING.has(line.state) ? [] : [4, 4];
    return [{ points, color: this.colors.line, width: 1, dash }];
  }

  // A level begins where it became known, and lay elsewhere before: steps, not one line.
  flat(level) {
    const points = [];
    level.versions.forEach(({ valid_from, price }, index) => {
      const next = level.versions[index + 1];
      const to = next ? this.place(next.valid_from) : this.bars.length - 1;
      points.push({ bar: this.place(valid_from), price }, { bar: to, price });
    });
    const dash = level.state === "flipped" ? [6, 4] : [];
    return { points, color: this.colors[level.side], width: 1.5, dash };
  }

  // The number of the first candle that opens at this time or later.
  place(time) {
    let low = 0;
    let high = this.bars.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.bars[middle].time < time) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, this.bars.length - 1);
  }
}
