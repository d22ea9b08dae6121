const STEPS = 40; // of a line that is bent on the screen

// Lines between candles, as a primitive of lightweight-charts: {points: [{bar, price}], color,
// width, dash}. Counted in candles, not in time: weekends take no room. The last stretch runs on
// to the right edge, on its own slope.
export class Segments {
  constructor() {
    this.lines = [];
    this.curved = false; // on a logarithmic scale a straight line of prices is none on the screen
    this.views = [{ zOrder: () => "bottom", renderer: () => ({ draw: (target) => this.draw(target) }) }];
  }

  attached({ chart, series, requestUpdate }) {
    Object.assign(this, { chart, series, requestUpdate });
  }

  detached() {
    this.chart = this.series = null;
  }

  paneViews() {
    return this.views;
  }

  set(lines) {
    this.lines = lines;
    this.requestUpdate?.();
  }

  draw(target) {
    if (!this.chart) return;
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      for (const line of this.lines) this.stroke(context, line, mediaSize.width);
    });
  }

  stroke(context, { points, color, width, dash }, edge) {
    const scale = this.chart.timeScale();
    const along = this.curved ? this.stretched(points, scale.coordinateToLogical(edge)) : points;
    const spots = along.map(({ bar, price }) => [
      scale.logicalToCoordinate(bar),
      this.series.priceToCoordinate(price),
    ]);
    if (spots.length < 2 || spots.some(([x, y]) => x === null || y === null)) return;
    const [[x1, y1], [x2, y2]] = spots.slice(-2);
    if (x2 < edge && x2 > x1) spots.push([edge, y2 + ((y2 - y1) / (x2 - x1)) * (edge - x2)]);
    context.save();
    context.beginPath();
    context.strokeStyle = color;
    context.lineWidth = width;
    context.setLineDash(dash);
    spots.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
    context.restore();
  }

  // The last stretch in short steps up to the edge, each where its price is; no price is below zero.
  stretched(points, edge) {
    if (points.length < 2) return points;
    const [from, to] = points.slice(-2);
    const last = Math.max(to.bar, edge ?? to.bar);
    if (to.bar <= from.bar) return points;
    const slope = (to.price - from.price) / (to.bar - from.bar);
    const steps = Array.from({ length: STEPS }, (_, step) => {
      const bar = from.bar + ((last - from.bar) * (step + 1)) / STEPS;
      return { bar: Math.round(bar), price: from.price + slope * (Math.round(bar) - from.bar) };
    });
    return [...points.slice(0, -1), ...steps.filter(({ price }) => price > 0)];
  }
}
