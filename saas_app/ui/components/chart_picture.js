const FOOT = 28; // room for the caption, in the picture's own pixels before scaling

// The drawing as a PNG, on the page's own background, with a line that says what it is and who drew it.
export function save(painting, caption, name) {
  const drawn = painting.chart.takeScreenshot();
  const scale = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width;
  canvas.height = drawn.height + FOOT * scale;
  const context = canvas.getContext("2d");
  context.fillStyle = painting.colors.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, 0, 0);
  context.fillStyle = painting.colors.quiet;
  context.font = `${12 * scale}px ${painting.colors.font}`;
  context.textBaseline = "middle";
  context.fillText(caption, 10 * scale, drawn.height + (FOOT * scale) / 2, canvas.width - 20 * scale);
  canvas.toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    const link = Object.assign(document.createElement("a"), { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }, "image/png");
}
