export const twice = (n) => n * 2;
export const never = () => "this text must not be in a bundle";
