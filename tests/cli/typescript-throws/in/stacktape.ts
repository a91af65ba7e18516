import { sizeOf } from './sizes';

type Sizes = Record<string, number>;

export default () => ({
  resources: {},
  variables: { size: sizeOf('huge') }
});
