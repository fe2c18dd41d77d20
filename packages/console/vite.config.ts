import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Where the server serves it. */
const BASE = '/console/';

/** Compressed once, when it is built, so that the server only sends bytes: `x.js.br` and `x.js.gz` beside `x.js`. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir = '' }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:js|css|html|svg)$/.test(name)) continue;
      const path = join(dir, name);
      const bytes = readFileSync(path);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: BASE,
  resolve: { conditions: ['portcullis-source', 'module', 'browser', 'development|production'] },
  plugins: [compressed],
  build: {
    outDir: 'dist',
    target: 'es2023',
    // An inlined file would be a data: address, which the policy allows for pictures alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Licences of what is in the bundle go with it.
    license: { fileName: 'licences.md' },
    rolldownOptions: {
      input: ['index.html', 'hearing.html'].map((name) => join(import.meta.dirname, name)),
      onwarn(warning, tell) {
        // Libraries mark files for servers that render React; nothing here does.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') tell(warning);
      },
    },
  },
});
