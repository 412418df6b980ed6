export { type Category, PROVIDERS, type Provider } from './data.ts';
export { suggest } from './distance.ts';
export { type ProviderTable, providerTable, type ResolvedProvider, USER_DEFINED } from './table.ts';
