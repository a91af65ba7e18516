import w from 'other-missing'; export default w;
