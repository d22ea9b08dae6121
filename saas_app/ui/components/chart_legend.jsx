import { decimals, share, signed, title, tone } from "./chart_figures.js";
import { look } from "./chart_studies.js";

// Open, high, low, close and change of the candle under the pointer, or of the last one, and what
// the indicators were there.
export function Legend({ bars, hovered, digits, words, studies, names }) {
  const found = hovered === null ? -1 : bars.findIndex((bar) => bar.time === hovered);
  const index = found < 0 ? bars.length - 1 : found;
  const bar = bars[index];
  if (!bar) return null;
  const change = share(bar, bars[index - 1]);
  return (
    <div className="chart__legend num" aria-hidden="true">
      {["open", "high", "low", "close"].map((part) => (
        <span key={part}>
          <span className="quiet">{words[part]}</span> {bar[part].toFixed(digits)}
        </span>
      ))}
      <span className={tone(change)}>{signed(change)}</span>
      {studies.map((study) => (
        <Values key={study.name} {...{ study, bars, index, digits, names }} />
      ))}
    </div>
  );
}

// A candle in progress has no value yet: the one before it is shown until it closes.
function Values({ study, bars, index, digits, names }) {
  return (
    <span className="chart__study">
      <span className="quiet">{names[study.name]}</span>
      {study.lines.map((line) => {
        const value = line.at.get(bars[index].time) ?? line.at.get(bars[index - 1]?.time);
        const color = `var(${look(study.name, line.name).color ?? "--text"})`;
        return (
          <span key={line.name} style={{ color }} title={title(study, line, names)}>
            {value === undefined ? "\u2013" : value.toFixed(decimals(study.name, digits))}
          </span>
        );
      })}
    </span>
  );
}
