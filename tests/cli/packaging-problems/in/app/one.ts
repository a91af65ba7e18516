import x from 'nothing-here'; import y from './no-file'; import z from './deep'; export default () => x + y + z;
