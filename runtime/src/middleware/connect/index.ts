export {
  type ConnectMiddlewareOptions,
  connectMiddleware,
  createHttpMiddleware,
  type HttpMiddleware,
} from './middleware.ts';
