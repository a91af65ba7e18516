module.exports = async (event) => ({ echoed: event });
