// The same parser and the same binary form of the tree, compiled to WebAssembly.
export { parse } from '@yuku-parser/wasm';
