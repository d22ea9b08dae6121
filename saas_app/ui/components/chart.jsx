import { useCallback, useEffect, useRef, useState } from "react";
import { Book, Given } from "./chart_book.js";
import { Painting } from "./chart_painting.js";

const TABLE = 20;
const CALM = "(prefers-reduced-motion: reduce)";

const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const clock = (time) => new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ");
const share = (bar, before) => (before ? bar.close / before.close - 1 : null);
const SIGN = { up: "+", down: "\u2212", flat: "" };
// What rounds to nothing has no direction.
const tone = (change) => (change >= 0.00005 ? "up" : change <= -0.00005 ? "down" : "flat");
const signed = (change) =>
  change === null ? "" : `${SIGN[tone(change)]}${Math.abs(change * 100).toFixed(2)} %`;

// One market on one timeframe: history by REST, the moving candle as `last`; or `given` alone.
export function Chart({ symbol, timeframe, digits, last, dark, words, given }) {
  const frame = useRef(null);
  const painting = useRef(null);
  const book = useRef(null);
  const [face, setFace] = useState("loading");
  const [problem, setProblem] = useState("");
  const [attempt, setAttempt] = useState(0);
  const [hovered, setHovered] = useState(null);
  const [away, setAway] = useState(false);
  const [bars, setBars] = useState([]);

  const show = useCallback(() => {
    if (!book.current) return;
    const all = book.current.all();
    painting.current.set(all, book.current.found);
    setBars(all);
  }, []);

  // A new market or timeframe is a new drawing: nothing of the old one can shine through.
  useEffect(() => {
    const stop = new AbortController();
    const mine = given ? new Given(given) : new Book(symbol, timeframe, stop.signal);
    book.current = mine;
    painting.current = new Painting(frame.current, {
      digits,
      onEdge: () => mine.older().then((more) => more && show()).catch(() => {}),
      onHover: setHovered,
      onAway: setAway,
    });
    setFace("loading");
    mine
      .refresh()
      .then(() => {
        show();
        if (given) painting.current.room(given.room);
        setFace("ready");
      })
      .catch((wrong) => {
        if (stop.signal.aborted) return;
        setProblem(wrong instanceof TypeError ? "" : wrong.message);
        setFace("failed");
      });
    return () => {
      stop.abort();
      painting.current.remove();
      painting.current = book.current = null;
    };
  }, [symbol, timeframe, digits, attempt, show]);

  // What is handed in grows; the drawing stays.
  useEffect(() => {
    if (!given || !(book.current instanceof Given)) return;
    book.current.take(given);
    show();
    painting.current.room(given.room);
  }, [given, show]);

  // The variables of the other theme are there once the class on the page has changed.
  useEffect(() => {
    const later = requestAnimationFrame(() => painting.current?.theme());
    return () => cancelAnimationFrame(later);
  }, [dark]);

  useEffect(() => {
    const mine = book.current;
    if (!last?.time || !mine) return;
    const begun = mine.move(last);
    if (face !== "ready" || mine.all().at(-1) !== last) return;
    painting.current.move(last);
    setBars(mine.all());
    if (!begun) return;
    // A candle has closed: its final shape and the levels that follow from it. Not everybody at
    // once, and not cleared by the next second's `last`.
    setTimeout(() => book.current === mine && mine.refresh().then(show).catch(() => {}), Math.random() * 1500);
  }, [last, face, show]);

  const press = (event) => {
    const moves = {
      ArrowLeft: () => painting.current.scroll(-5),
      ArrowRight: () => painting.current.scroll(5),
      "+": () => painting.current.zoom(1.2),
      "-": () => painting.current.zoom(1 / 1.2),
      End: () => painting.current.goLive(false),
    };
    if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[event.key]();
  };

  return (
    <div className="chart" data-face={face} data-testid="chart" data-last={bars.at(-1)?.close ?? ""}>
      <div className="chart__frame">
        <div
          ref={frame}
          className="chart__canvas"
          tabIndex={0}
          role="group"
          aria-label={fill(words.label, { symbol, timeframe })}
          onKeyDown={press}
        />
        {face === "ready" && <Legend bars={bars} hovered={hovered} digits={digits} words={words} />}
        {face === "ready" && away && (
          <button
            type="button"
            className="button button--secondary button--small chart__live"
            onClick={() => painting.current.goLive(!window.matchMedia(CALM).matches)}
          >
            {words.go_live}
          </button>
        )}
        {face === "loading" && (
          <div className="chart__face skeleton" role="status">
            <span className="sr-only">{words.loading}</span>
          </div>
        )}
        {face === "failed" && (
          <div className="chart__face empty" role="alert">
            <p>{problem || words.failed}</p>
            <button
              type="button"
              className="button button--secondary"
              onClick={() => setAttempt(attempt + 1)}
            >
              {words.retry}
            </button>
          </div>
        )}
      </div>
      {face === "ready" && (
        <Alternative {...{ symbol, timeframe, bars, digits, words }} />
      )}
    </div>
  );
}

// Open, high, low, close and change of the candle under the pointer, or of the last one.
function Legend({ bars, hovered, digits, words }) {
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
    </div>
  );
}

// The same in words and figures, for those who do not see the drawing.
function Alternative({ symbol, timeframe, bars, digits, words }) {
  const newest = bars.at(-1);
  if (!newest) return null;
  const shown = bars.slice(-TABLE - 1);
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
                {["open_long", "high_long", "low_long", "close_long", "volume_long", "change_long"].map((name) => (
                  <th key={name} scope="col" className="is-number">
                    {words[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown
                .map((bar, index) => ({ bar, change: share(bar, shown[index - 1]) }))
                .slice(-TABLE)
                .reverse()
                .map(({ bar, change }) => (
                  <tr key={bar.time}>
                    <th scope="row" className="num">
                      {clock(bar.time)}
                    </th>
                    {["open", "high", "low", "close"].map((part) => (
                      <td key={part} className="is-number">
                        {bar[part].toFixed(digits)}
                      </td>
                    ))}
                    <td className="is-number">{Math.round(bar.volume).toLocaleString("en")}</td>
                    <td className={`is-number ${tone(change)}`}>{signed(change)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
