"use strict";
const path = require("path");
exports.answer = 42;
exports.here = function () {
  return path.basename(__filename).startsWith("index") && typeof require === "function" && typeof __dirname === "string";
};
