// How the chart's figures are written, in its legend and in its table.
const SIGN = { up: "+", down: "\u2212", flat: "" };

export const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
export const clock = (time) => new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ");
export const share = (bar, before) => (before ? bar.close / before.close - 1 : null);

// What rounds to nothing has no direction.
export const tone = (change) => (change >= 0.00005 ? "up" : change <= -0.00005 ? "down" : "flat");

export const signed = (change) =>
  change === null ? "" : `${SIGN[tone(change)]}${Math.abs(change * 100).toFixed(2)} %`;

// "SMA 20", and "Bollinger 20, 2 upper band" where an indicator has more lines than one.
export const title = (study, line, names) =>
  study.lines.length > 1 && names[line.name] ? `${names[study.name]} ${names[line.name]}` : names[study.name];

// How finely an indicator is read: in the price's own decimals, but for those on a scale of their own.
const DECIMALS = { rsi_14: 2 };
export const decimals = (study, digits) => DECIMALS[study] ?? digits;
