export { FetchExchange, fetchExchangeOf } from './exchange.ts';
export { followBody } from './follow-body.ts';
