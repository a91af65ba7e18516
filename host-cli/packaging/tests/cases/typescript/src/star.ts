export * from "./star-inner";
