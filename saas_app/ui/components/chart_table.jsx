import { useState } from "react";
import { clock, decimals, fill, share, signed, title, tone } from "./chart_figures.js";

const STEP = 50;
const PARTS = ["open", "high", "low", "close"];
const HEADS = ["open_long", "high_long", "low_long", "close_long", "volume_long", "change_long"];

// The same in words and figures, for those who do not see the drawing or want to copy it.
export function Alternative({ symbol, timeframe, bars, digits, words, studies, names }) {
  const [count, setCount] = useState(STEP);
  const newest = bars.at(-1);
  if (!newest) return null;
  const shown = bars.slice(-count - 1);
  const columns = studies.flatMap((study) => study.lines.map((line) => ({ study, line })));
  const facts = {
    symbol,
    timeframe,
    time: clock(newest.time),
    close: newest.close.toFixed(digits),
    change: signed(share(newest, bars.at(-2))),
    count: bars.length,
  };
  return (
    <>
      <p className="sr-only">{fill(words.summary, facts)}</p>
      <details className="chart__table">
        <summary>{words.table}</summary>
        <div className="table-scroller" tabIndex={0} role="region" aria-label={words.table}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{words.time}</th>
                {HEADS.map((name) => (
                  <th key={name} scope="col" className="is-number">
                    {words[name]}
                  </th>
                ))}
                {columns.map(({ study, line }) => (
                  <th key={`${study.name} ${line.name}`} scope="col" className="is-number">
                    {title(study, line, names)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown
                .map((bar, index) => ({ bar, change: share(bar, shown[index - 1]) }))
                .slice(-count)
                .reverse()
                .map(({ bar, change }) => (
                  <tr key={bar.time}>
                    <th scope="row" className="num">
                      {clock(bar.time)}
                    </th>
                    {PARTS.map((part) => (
                      <td key={part} className="is-number">
                        {bar[part].toFixed(digits)}
                      </td>
                    ))}
                    <td className="is-number">{Math.round(bar.volume).toLocaleString("en")}</td>
                    <td className={`is-number ${tone(change)}`}>{signed(change)}</td>
                    {columns.map(({ study, line }) => (
                      <td key={`${study.name} ${line.name}`} className="is-number">
                        {line.at.get(bar.time)?.toFixed(decimals(study.name, digits)) ?? ""}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
        {bars.length > count && (
          <button
            type="button"
            className="button button--quiet button--small"
            onClick={() => setCount(count + STEP)}
          >
            {words.more}
          </button>
        )}
      </details>
    </>
  );
}
