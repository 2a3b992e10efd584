# gnuplot accuracy.gp draws accuracy.svg from accuracy.csv
if (!exists('figure')) figure = 'accuracy.svg'
set terminal svg size 380,404 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
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
set multiplot layout 1,1 title "Accuracy after five epochs of 8000 images" font ',15'

set title ""
set xlabel "design"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-0.5:6.5]
set xtics rotate by 60 right ("float" 0, "pulses" 1, "outer" 2, "tiki-taka-v1" 3, "tiki-taka-v2" 4, "chopped" 5, "agad" 6)
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
set key off
plot 'accuracy.csv' skip 1 every ::0::6 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#0072b2' notitle, \
     '' skip 1 every ::7::13 using 3:4 with points ps 0.75 lc rgb '#0072b2' pt 7 notitle

unset multiplot
set output
