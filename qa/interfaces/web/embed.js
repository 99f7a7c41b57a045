// Puts the ask box where this script stands: <script src="https://HOST/embed.js" data-height="600" async></script>
// The frame keeps both sides apart: this site reads nothing of it, and it reads nothing of this site.
{
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  // Behind the #, so that no server and no log sees it. Whoever reads the page's source does: give it the scopes read and
  // ask alone, and few requests.
  const key = script.dataset.key ? `#key=${encodeURIComponent(script.dataset.key)}` : "";
  frame.src = new URL(`embed${key}`, script.src).href;
  frame.title = script.dataset.title || "Ask the archive";
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  frame.allow = "clipboard-write";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  frame.style.cssText = "display:block;inline-size:100%;border:0;color-scheme:normal";
  frame.style.blockSize = `${Math.min(2000, Math.max(320, Number(script.dataset.height) || 600))}px`;
  script.after(frame);
}
