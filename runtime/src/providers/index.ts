export { resolveCategory, USER_DEFINED } from './category.ts';
export { type Category, type KnownProvider, PROVIDERS, type Provider } from './data.ts';
export { suggest } from './distance.ts';
export {
  type CategoryName,
  type OwnProvider,
  type OwnProviderProblem,
  type OwnProviders,
  ownProviderProblems,
  type ProviderName,
} from './own.ts';
export { type ProviderTable, providerTable, type ResolvedProvider } from './table.ts';
