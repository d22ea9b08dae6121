import { useEffect } from "react";

// Shows a density the moment it is chosen; every later page brings it along by itself.
export function Density({ density }) {
  useEffect(() => {
    if (density) document.documentElement.dataset.density = density;
  }, [density]);
  return null;
}
