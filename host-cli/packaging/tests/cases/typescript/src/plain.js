const { answer } = require("cjs-dep");
module.exports.handler = async () => ({ answer });
module.exports.other = async () => ({ other: answer + 1 });
