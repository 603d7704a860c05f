// Draws the API's document with Swagger UI. A file of its own: our pages may hold no script text.
(() => {
  const place = document.getElementById("api-try");
  if (!place || !window.SwaggerUIBundle) return;
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", follow);
  follow();

  window.SwaggerUIBundle({
    url: place.dataset.url,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    tryItOutEnabled: false,
    validatorUrl: null, // it would ask another host
    syntaxHighlight: false, // it colours by style attributes, which our pages refuse
    persistAuthorization: false,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
})();
