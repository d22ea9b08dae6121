import { useCallback, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { Book, Given } from "./chart_book.js";
import { fill } from "./chart_figures.js";
import { Legend } from "./chart_legend.jsx";
import { Painting } from "./chart_painting.js";
import { isStudy } from "./chart_studies.js";
import { Alternative } from "./chart_table.jsx";
import { Tools } from "./chart_tools.jsx";

const CALM = "(prefers-reduced-motion: reduce)";
const NOTHING = [];

// One market on one timeframe: history by REST, the moving candle as `last`; or `given` alone.
export function Chart(props) {
  const { symbol, timeframe, digits, last, dark, words, names, given, newAlert, dataLabel, children } = props;
  const shown = props.shown ?? NOTHING;
  const alerts = props.alerts ?? NOTHING;
  const navigate = useNavigate();
  const root = useRef(null);
  const frame = useRef(null);
  const painting = useRef(null);
  const book = useRef(null);
  const [face, setFace] = useState("loading");
  const [problem, setProblem] = useState("");
  const [attempt, setAttempt] = useState(0);
  const [hovered, setHovered] = useState(null);
  const [away, setAway] = useState(false);
  const [bars, setBars] = useState([]);
  const [studies, setStudies] = useState(NOTHING);
  const [picked, setPicked] = useState(null);
  const [automatic, setAutomatic] = useState(true);

  const show = useCallback(() => {
    if (!book.current) return;
    const all = book.current.all();
    const studied = book.current.studies();
    painting.current.set(all, book.current.found, studied);
    setBars(all);
    setStudies(studied);
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
      onPick: setPicked,
    });
    setFace("loading");
    setPicked(null);
    setAutomatic(true);
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

  // What is switched on; indicators come by themselves, a candle never waits for them.
  useEffect(() => {
    const mine = book.current;
    if (given || face !== "ready" || !mine) return;
    painting.current.show(shown);
    mine
      .study(shown.filter(isStudy))
      .then(() => book.current === mine && show())
      .catch(() => {});
  }, [shown.join(), given, face, symbol, timeframe, attempt, show]);

  useEffect(() => {
    if (face === "ready") painting.current?.wait(alerts);
  }, [alerts, face, symbol, timeframe, attempt]);

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
      Escape: () => setPicked(null),
    };
    if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[event.key]();
  };

  const ready = face === "ready";
  const fit = () => {
    painting.current.fit(!automatic);
    setAutomatic(!automatic);
  };

  return (
    <div
      ref={root}
      className="chart"
      data-face={face}
      data-testid="chart"
      data-last={bars.at(-1)?.close ?? ""}
      data-alerts={alerts.length}
      data-studies={studies.map(({ name }) => name).join(" ")}
    >
      {!given && (
        <Tools
          {...{ painting, root, ready, automatic, newAlert, digits, words, onFit: fit }}
          price={picked ?? bars.at(-1)?.close}
          facts={{ symbol, timeframe, data: dataLabel }}
        >
          {children}
        </Tools>
      )}
      <div className="chart__frame" onPointerUp={() => painting.current && setAutomatic(painting.current.automatic())}>
        <div
          ref={frame}
          className="chart__canvas"
          tabIndex={0}
          role="group"
          aria-label={fill(words.label, { symbol, timeframe })}
          onKeyDown={press}
        />
        {ready && <Legend {...{ bars, hovered, digits, words, studies, names }} />}
        {ready && picked !== null && newAlert && (
          <button
            type="button"
            className="button button--secondary button--small chart__pick num"
            style={{ top: painting.current.heightOf(picked) }}
            onClick={() => navigate(newAlert + picked.toFixed(digits))}
          >
            {fill(words.alert, { price: picked.toFixed(digits) })}
          </button>
        )}
        {ready && away && (
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
      {ready && <Alternative {...{ symbol, timeframe, bars, digits, words, studies, names }} />}
    </div>
  );
}
