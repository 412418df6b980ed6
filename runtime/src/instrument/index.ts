export { site } from './site.ts';
export type { Call, CallValues, Site, SiteInfo } from './site.types.ts';
