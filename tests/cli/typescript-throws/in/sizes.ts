interface Size {
  memory: number;
}

export function sizeOf(name: string): Size {
  if (name === 'small') return { memory: 128 };
  throw new Error(`there is no size '${name}'`);
}
