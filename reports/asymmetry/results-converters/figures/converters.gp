# gnuplot converters.gp draws converters.svg from converters.csv
if (!exists('figure')) figure = 'converters.svg'
set terminal svg size 760,344 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
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
set multiplot layout 1,2 title "Asymmetric cells behind converters of few bits" font ',15'

set title "label -3"
set xlabel "converter"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-0.5:3.5]
set xtics norotate ("12 bits" 0, "6 bits" 1, "5 bits" 2, "4 bits" 3)
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'converters.csv' skip 1 every ::0::3 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#0072b2' notitle, \
     '' skip 1 every ::4::7 using 3:4 with points ps 0.75 lc rgb '#0072b2' pt 7 title "SGD", \
     '' skip 1 every ::8::11 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#d55e00' notitle, \
     '' skip 1 every ::12::15 using 3:4 with points ps 0.75 lc rgb '#d55e00' pt 5 title "averaged"

set title "label -6"
set xlabel "converter"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-0.5:3.5]
set xtics norotate ("12 bits" 0, "6 bits" 1, "5 bits" 2, "4 bits" 3)
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'converters.csv' skip 1 every ::16::19 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#0072b2' notitle, \
     '' skip 1 every ::20::23 using 3:4 with points ps 0.75 lc rgb '#0072b2' pt 7 title "SGD", \
     '' skip 1 every ::24::27 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#d55e00' notitle, \
     '' skip 1 every ::28::31 using 3:4 with points ps 0.75 lc rgb '#d55e00' pt 5 title "averaged"

unset multiplot
set output
