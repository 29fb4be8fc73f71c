package draft

// ExampleFile is what only tests see.
var ExampleFile = exampleFile
