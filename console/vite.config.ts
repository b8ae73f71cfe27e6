import { defineConfig } from 'vite';

/** `npm run build` writes the page to `dist/console`, from where the service serves it. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    // The policy for contents allows nothing inline, and no polyfill that injects scripts.
    assetsInlineLimit: 0,
    modulePreload: false,
    target: 'es2022',
    reportCompressedSize: false,
  },
});
