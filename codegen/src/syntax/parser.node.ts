export { parse } from 'yuku-parser';
