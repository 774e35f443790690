package sample

import _ "embed"

// Recommendations is nine invented recommendations, three an area, as the
// import of recommendations reads them. No figure is written in it: each cites
// survey figures and passages of the sample meetings.
//
//go:embed recommendations.yaml
var Recommendations []byte
