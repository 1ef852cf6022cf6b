package main

import "math"

const (
	dimensions = 6
	rowCount   = 20
)

// sample returns rows that every type holds exactly, all different, none of zeros; the first number
// of each is positive.
func sample() [][]float32 {
	state := uint32(1)
	rows := make([][]float32, rowCount)
	for i := range rows {
		rows[i] = make([]float32, dimensions)
		rows[i][0] = 1 + float32(i)/8
		for j := 1; j < dimensions; j++ {
			state = (state*75 + 74) % 65537
			rows[i][j] = (float32(state%64) - 32) / 8
		}
	}
	return rows
}

// inSparse keeps half of the row, the rest are zeros.
func inSparse(row []float32) []float32 {
	sparse := make([]float32, len(row))
	for i := 0; i < len(row); i += 2 {
		sparse[i] = row[i]
	}
	return sparse
}

func signs(row []float32) []float32 {
	bits := make([]float32, len(row))
	for i, value := range row {
		if value > 0 {
			bits[i] = 1
		}
	}
	return bits
}

func distance(operator string, a, b []float32) float64 {
	sum := func(of func(x, y float64) float64) float64 {
		total := 0.0
		for i := range a {
			total += of(float64(a[i]), float64(b[i]))
		}
		return total
	}
	dot := sum(func(x, y float64) float64 { return x * y })
	switch operator {
	case "<->":
		return math.Sqrt(sum(func(x, y float64) float64 { return (x - y) * (x - y) }))
	case "<#>":
		return -dot
	case "<=>":
		return 1 - dot/math.Sqrt(sum(func(x, _ float64) float64 { return x * x })*
			sum(func(_, y float64) float64 { return y * y }))
	case "<%>":
		return 1 - dot/sum(math.Max)
	default: // <+>, and <~> of bits
		return sum(func(x, y float64) float64 { return math.Abs(x - y) })
	}
}
