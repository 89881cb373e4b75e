import type { CorpusCase, Material } from './corpus-case.ts';
import { js, sourceMap } from './filler.ts';

/** Pictures, fonts and other encoded content. */
export const binaryLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'WebAssembly in base64',
    file: {
      path: 'app/dist/parser-wasm.js',
      content: js(
        m,
        `const wasm = Buffer.from('AGFzbQEAAAAB${m.base64(1200)}', 'base64');`,
        'export const module_ = new WebAssembly.Module(wasm);',
      ),
    },
  },
  {
    name: 'Mappings of a source map',
    file: {
      path: 'app/dist/token.js.map',
      content: sourceMap(
        m,
        "export interface TokenStore {\n  token(name: string): Promise<string>;\n}\nexport const password = (form: FormData) => form.get('password');\n",
      ),
    },
  },
];
