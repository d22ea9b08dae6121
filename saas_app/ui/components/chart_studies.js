import { HistogramSeries, LineSeries } from "lightweight-charts";
import { decimals } from "./chart_figures.js";

const DASHED = 2;
// Each line's look: the page's CSS variable, its width, whether it is dashed.
const LOOKS = {
  sma_20: { average: { color: "--study-1" } },
  sma_50: { average: { color: "--study-2" } },
  sma_200: { average: { color: "--study-3" } },
  ema_20: { average: { color: "--study-1", dashed: true } },
  ema_50: { average: { color: "--study-2", dashed: true } },
  ema_200: { average: { color: "--study-3", dashed: true } },
  bollinger_20_2: {
    upper: { color: "--study-4" },
    middle: { color: "--study-4", dashed: true },
    lower: { color: "--study-4" },
  },
  rsi_14: { rsi: { color: "--study-5" } },
  macd_12_26_9: {
    macd: { color: "--study-1" },
    signal: { color: "--study-2" },
    histogram: { columns: true },
  },
  atr_14: { atr: { color: "--study-3" } },
};
const GUIDES = { rsi_14: [30, 70], macd_12_26_9: [0] };

export const isStudy = (name) => name in LOOKS;
export const look = (study, line) => LOOKS[study]?.[line] ?? {};

// Indicators over the candles, and in panes of their own below them.
export class Studies {
  constructor(chart, { digits, color }) {
    Object.assign(this, { chart, digits, color, drawn: [], list: [] });
  }

  // What is drawn is taken away and drawn anew when the choice changes: panes then close up.
  set(list, bars) {
    const changed = list.map(({ name }) => name).join() !== this.list.map(({ name }) => name).join();
    this.list = list;
    if (changed) this.build();
    for (const { study, index, style, series } of this.drawn) {
      const { at } = list.find(({ name }) => name === study).lines[index];
      series.setData(bars.map(({ time }) => this.point(style, time, at.get(time))));
    }
  }

  build() {
    for (const { series } of this.drawn) this.chart.removeSeries(series);
    this.drawn = [];
    let pane = 0;
    for (const study of this.list) {
      const place = study.pane === "price" ? 0 : ++pane;
      study.lines.forEach((line, index) => {
        const style = look(study.name, line.name);
        const series = this.line(study.name, style, index, place);
        this.drawn.push({ study: study.name, index, style, series });
      });
    }
    this.chart.panes().forEach((one, index) => one.setStretchFactor(index ? 1 : 4));
    this.theme();
  }

  line(study, { columns, dashed }, index, pane) {
    const precision = decimals(study, this.digits);
    const series = this.chart.addSeries(
      columns ? HistogramSeries : LineSeries,
      {
        priceLineVisible: false,
        lastValueVisible: pane > 0,
        lineWidth: 1,
        lineStyle: dashed ? DASHED : 0,
        crosshairMarkerVisible: false,
        priceFormat: { type: "price", precision, minMove: 10 ** -precision },
      },
      pane,
    );
    if (index === 0) for (const price of GUIDES[study] ?? []) this.guide(series, price);
    return series;
  }

  guide(series, price) {
    const color = this.color("--quiet");
    series.createPriceLine({ price, color, lineWidth: 1, lineStyle: DASHED, axisLabelVisible: false });
  }

  // A place without a value is a gap, not a line across it.
  point({ columns }, time, value) {
    if (value === undefined) return { time };
    if (!columns) return { time, value };
    return { time, value, color: this.color(value < 0 ? "--down" : "--up") };
  }

  theme() {
    for (const { style, series } of this.drawn) {
      if (style.color) series.applyOptions({ color: this.color(style.color) });
    }
  }
}
