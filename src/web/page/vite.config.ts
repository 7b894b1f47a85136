import { defineConfig } from "vite";

/*
 * Builds the page twice: `page.js` and `page.css` for browsers, and, with --ssr, `render.js` for Node.
 * What is bundled is not among the dependencies of the installed package.
 */
export default defineConfig(({ isSsrBuild }) => ({
  root: import.meta.dirname,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  ssr: { noExternal: true },
  build: {
    target: "es2022",
    emptyOutDir: false,
    cssCodeSplit: false,
    license: isSsrBuild === true ? false : { fileName: "licenses.md" },
    rolldownOptions: {
      input: isSsrBuild === true ? "render.tsx" : "main.tsx",
      output:
        isSsrBuild === true
          ? { entryFileNames: "render.js" }
          : { entryFileNames: "page.js", assetFileNames: "page[extname]", format: "iife" },
    },
  },
}));
