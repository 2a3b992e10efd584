# gnuplot writes.gp draws writes.svg from writes.csv
if (!exists('figure')) figure = 'writes.svg'
set terminal svg size 380,449 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
set output figure
set encoding utf8
set datafile separator ','
set border 3 lw 1.1 lc rgb '#303030'
set tics nomirror out scale 0.6 textcolor rgb '#303030'
set grid lw 0.6 lc rgb '#e4e4e4'
set key samplen 1.6 spacing 1.05 font ',11' noautotitle
set title font ',13' offset 0,-0.4
set xlabel offset 0,0.3
set ylabel offset 0.6,0
set palette defined (0 '#ffffff', 0.15 '#c6dbef', 0.4 '#6baed6', 0.7 '#2171b5', 1 '#08306b')
unset colorbox
set cbrange [0:1]
set multiplot layout 1,1 title "Writes of a cell" font ',15'

set title ""
set xlabel " "
set ylabel "mean write pulses of a cell"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set yrange [0:*]
set xrange [-0.5:10.5]
set xtics rotate by 60 right ("standard" 0, "chi of 6 bits" 1, "chi of 8 bits" 2, "chi of 12 bits" 3, "chi of 24 bits" 4, "half threshold" 5, "twice threshold" 6, "four times threshold" 7, "no noise" 8, "twice the noise" 9, "pulses of every batch" 10)
set boxwidth 0.736 absolute
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
set key off
plot 'writes.csv' skip 1 every ::0::10 using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '#0072b2' notitle, \
     '' skip 1 every ::11::21 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#000000' notitle

unset multiplot
set output
