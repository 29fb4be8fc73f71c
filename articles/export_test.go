package articles

// Defined is what only tests see.
var Defined = defined
